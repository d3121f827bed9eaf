throttle-notice = You are asking faster than I can answer. Please wait a minute; I will keep answering what I have taken already.
