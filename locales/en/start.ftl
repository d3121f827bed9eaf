start-greeting =
    Hello! I am <b>Samovar</b> 🫖

    Ask me anything that my sources cover. I answer briefly, and every statement has the number of its source. If I find no answer, I say so.

    Follow-ups work: “and without cabbage?” — I remember what we were talking about. In a group, call me by name or reply to my message.

    Where shall we start?
start-example-1 = How do I cook shchi?
start-example-2 = Why do my bliny tear?
start-example-3 = What can you do?
start-button-about = What can you do?
start-button-help = ❓ How to ask
start-button-settings = ⚙️ Settings
start-claimed =
    You are the owner of this bot now 👑

    At the moment it serves { $mode ->
        [open] anyone who finds it
        [invite] those whom you invite by a link
       *[list] only those whom you let in yourself
    }. Use /access to change that, to invite people and to name helpers.

    The sources that I answer from are added on the server: <code>samovar ingest folder</code>.
start-claim-spent = This link has been used or replaced. A fresh one appears in the console when the bot starts, as long as it has no owner.
start-joined = Welcome! You are on the list now, so ask away.
start-join-invalid = This invite link does not work any more. Please ask whoever sent it for a new one.

help-text =
    <b>How to ask</b>
    • In private, just write. In a group, mention me: { $mention } — or reply to my message.
    • Numbers in an answer, such as [1], are links to the source. They are gathered below it, with quotes.
    • “Tell me more”, “and without sugar?” work too: I remember the conversation.
    • 🔁 answers anew, ✂️ answers in brief, 👍 and 👎 tell whether I was right.

    <b>Commands</b>
    /settings — language, length of answers, voice
    /cancel — stop an answer
    /reset — start the conversation afresh
    /mydata — everything I keep about you, in one file
    /forget — erase it for good
    /privacy — what is kept, and for how long
help-admin = /access — who may use the bot

stranger = Sorry, I only answer people whom my owner has invited; if you know them, ask for a link or tell them your number: <code>{ $id }</code>.
toast-stranger = Sorry, I only answer people whom my owner has invited.
stranger-group = Sorry, I do not answer in this group yet: the bot's owner can let it in with /access.
ask-empty = Put your question into the same message, and I will look for the answer.
ask-text-only = I only understand text so far. Please write your question in words.
private-only = Let us do that in private: open a chat with me.
private-only-button = Open the chat
ask-unknown-command = I do not know this command. /help lists what I can do.
