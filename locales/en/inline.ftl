inline-answer = Answer
inline-type = Ask me something
inline-stranger = I do not answer everybody here
inline-nothing = The sources do not answer this
inline-in-private = Ask more in the private chat
