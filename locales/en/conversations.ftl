conversation-new = A new conversation begins. The one before is set aside: /chats brings it back.
conversation-new-already = We are at a fresh start already — ask away!
conversation-list = Conversations set aside. Tap one to go back to it; the present one is kept, too.
conversation-none = Nothing is set aside. The command /new begins a new conversation and sets this one aside.
conversation-resumed = Going on with “{ $title }”. Ask away.
conversation-button = { $title } ({ $questions })
