answer-from-web = 🌐 Searched the internet
answer-web-abstained = I found no page on the internet that answers this, and I will not make one up.
answer-web-not-connected = No internet search is connected here, so I looked in my own sources.
answer-web-silent = The internet search is not answering right now, so I looked in my own sources.
answer-web-empty = Nothing fitting was found on the internet, so I looked in my own sources.
button-web = 🌐 Search the internet
ask-the-web = Search the internet for:
toast-web = Searching the internet…
