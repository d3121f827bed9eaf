answer-ready = 🫖 Your answer is ready
answer-word = 🫖 A word about your question
stage-waiting = 💭 Thinking…
stage-rewrite = 💭 Reading the question…
stage-search = 🔎 Searching the sources…
stage-rerank = 📚 Picking the best…
stage-generate = ✍️ Writing…

answer-sources = Sources
answer-quote = “{ $quote }”
answer-members-only = opens for members only
answer-untitled = Source { $n }
answer-by-spare-model = The main model is not answering just now, so a spare one wrote this.
answer-by-sources-alone = The large model could not answer just now, so this is put together from sentences of the sources.
answer-abstained = My sources hold no answer to this, and I would rather not make one up.
answer-offered = The nearest I found:
answer-ambiguous = 🤔 This can be meant in several ways. Which one is it?
answer-unclear = 🤔 I have no direct answer to that. Do you mean one of these, perhaps?
toast-chosen = Answering…
answer-rephrase = Try other words, or add some detail.
answer-stopped = ⏹ Stopped, so the answer is not complete.
answer-stopped-empty = ⏹ Stopped.

dialogue-earlier = You asked:
dialogue-none = We have not talked about anything yet — go ahead!
memory-nothing = I remember nothing of that. All that I keep about you is in /mydata.

failure-deadline = The answer was taking too long, so I put it aside. Press 🔁 or ask a little later.
failure-unavailable = I cannot answer right now: a part of me is out of reach. Press 🔁 in a minute.
failure-model = The model could not cope with this question. Try asking in other words.
failure-internal = Something broke inside me. Press 🔁; if it happens again, give the owner this code: <code>{ $id }</code>.

button-stop = ⏹ Stop
button-again = 🔁 Again
button-shorter = ✂️ Shorter
toast-thanks = Thank you, noted!
toast-again = Answering anew…
toast-shorter = A shorter one is coming…
toast-stopped = Stopping
toast-already-done = The answer is ready
toast-not-yours = These buttons belong to the person who asked. Ask a question of your own!
toast-gone = This answer is too old. Please ask again.
toast-stale = This button does not work any more.

smalltalk-greeting = Hello! What would you like to know?
smalltalk-thanks = You are welcome! Glad I could help.
smalltalk-goodbye = See you! The samovar stays warm.
smalltalk-about = I am Samovar, a bot that answers from its owner's sources and shows where everything comes from. Ask me something; /help tells you more.
smalltalk-how-are-you = Simmering along nicely, thank you! What can I do for you?
smalltalk-praise = How kind! Keep asking.
smalltalk-apology = No harm done. Shall we go on?
smalltalk-declined = All right. Ask in another way if you need to.
