outage-notice = I cannot reach my memory at the moment. Your message is not lost: I will answer it as soon as I am back.
