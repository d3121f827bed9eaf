command-sources = sources of this chat
command-add = add a file or web page to the sources

source-accepted = 📎 I have <code>{ $name }</code> and am about to read it.
source-reading = 📖 Reading <code>{ $name }</code>…
source-indexing = 🗂 Putting <code>{ $name }</code> in order: { $percent }%
source-embedding = 🗂 <code>{ $name }</code> is read, you can ask already. Taking in what it means: { $done } of { $total }.
source-done-ready =
    ✅ Done: <code>{ $name }</code> — { $count ->
        [one] { $count } passage
       *[other] { $count } passages
    }. Ask away!
source-done-words =
    ✅ <code>{ $name }</code> is read: { $count ->
        [one] { $count } passage
       *[other] { $count } passages
    }. I find its words already and take in the meaning a little later — you can ask.
source-done-unchanged = 👌 I have <code>{ $name }</code> already, nothing has changed. Ask away!
source-left-out =
    { $count ->
        [one] One part could not be read:
       *[other] Parts that could not be read ({ $count }):
    }
    { $rows }
source-left-out-line = • <code>{ $name }</code>: { $reason }
source-button-what = 🔎 What is in it
source-button-remove = 🗑 Remove
source-button-reread = 🔄 Read it again

source-refused = 😕 I left <code>{ $name }</code> out: { $reason }.
source-problem-too-large = 😕 <code>{ $name }</code> is too large: Telegram gives bots files of up to 20 MB. Divide it, or let the bot's owner add it with samovar ingest.
source-problem-gone = 😕 Telegram does not give <code>{ $name }</code> out any more. Please send it again.
source-problem-chat-full = 😕 This chat has many sources already, and there is no room for <code>{ $name }</code>. Remove some with /sources and send it again.
source-problem-unreadable = 😕 There is no text in <code>{ $name }</code> that I can read.
source-problem-internal = 😕 I stumbled over <code>{ $name }</code>, and that is my fault. Try to save it in another form, such as PDF or TXT.
source-too-many-waiting = I am still reading your earlier files. Please wait for them and send this one again.
source-admins-only = In this group administrators add sources. Send the file to me in private — I will answer you from it.
source-add-how = Send a file that mentions me, or reply /add to a message with a file: I read PDF, DOCX, EPUB, TXT, MD, HTML, CSV, ZIP and Telegram exports (result.json). A web page: /add https://…
source-add-how-private = Just send me a file: PDF, DOCX, EPUB, TXT, MD, HTML, CSV, ZIP or a Telegram export (result.json). I will read it and answer from it — you alone. A web page: /add https://…
source-admins-only-page = In this group administrators add sources. Write me the same in private — I will read the page and answer you from it.
source-page-address = This is no address of a web page that I can read. It begins with https:// and has no password in it: /add https://example.org/page
source-page-one = One page at a time, please: send me each address in a message of its own.
source-rereading = 🔄 I am reading <code>{ $name }</code> once more.
source-reread-kept = What I read there before has stayed among the sources.

source-skip-other = it could not be read
source-skip-empty = it is empty
source-skip-no-text = there is no text in it
source-skip-not-text = it is not a text file
source-skip-unknown-kind = I cannot read files of the kind “{ $suffix }” yet — PDF, DOCX, EPUB, TXT, MD, HTML, CSV and ZIP will do
source-skip-not-found = it was not in its place, send it again
source-skip-no-permission = reading it is not allowed
source-skip-not-a-file = it is no ordinary file
source-skip-is-a-folder = it is a folder
source-skip-is-a-link = it is a link to another place, and I do not follow those
source-skip-unreadable = the disk could not read it, send it again
source-skip-folder-without-sources = there is no file in the folder that I can read
source-skip-too-large = it is larger than { $limit_mb } MB — divide it
source-skip-too-much-text = it has more than { $limit_mb } MB of text — divide it
source-skip-too-slow = reading it took more than { $limit_s } seconds — divide it or save it anew
source-skip-too-much-memory = reading it needs too much memory — divide it or save it anew
source-skip-broken = the { $kind } file is damaged or incomplete — save or download it again
source-skip-wrong-kind = its name says { $kind }, its content is something else
source-skip-encrypted = the { $kind } file is protected by a password — save it without one
source-skip-protected-book = the book is encrypted by its seller (DRM)
source-skip-scanned = its pages are pictures without text: run text recognition (OCR) first
source-skip-too-many-pages = it has more than { $limit } pages — divide it
source-skip-too-deep = it is nested too deeply
source-skip-no-export = it is no Telegram Desktop export — export the chat as JSON and send result.json
source-skip-export-broken = the export is damaged or incomplete — export the chat again
source-skip-export-empty = the export has no messages
source-skip-export-without-text = no message in the export has any text
source-skip-export-link-of-many = the export has many chats, and there is one link
source-skip-deletions-kept = { $missing } of { $known } messages are missing in the export; I have kept them for now
source-skip-archive-empty = there is no file in the archive that I can read
source-skip-archive-too-many = the archive has more than { $limit } files — divide it
source-skip-archive-too-large = unpacked it is larger than { $limit_mb } MB — divide it
source-skip-archive-bomb = unpacked it is more than { $limit } times as large, as only harmful archives are
source-skip-archive-nested = I do not open an archive inside an archive inside an archive
source-skip-archive-bad-name = its name points outside the archive
source-skip-file-changed = it changed while I read it — send it again
source-skip-page-forbidden = the site asks programs not to read this page
source-skip-page-not-found = the server answered { $status }
source-skip-page-of-other-kind = it is neither a page nor a file of a kind that I know
source-skip-page-private = its address leads into a private network, which I do not read from
source-skip-page-round = it leads from one address to the next without end
source-skip-page-silent = the server did not answer in time — try again later
source-skip-page-unreachable = there is no server at this address, or it breaks off

source-list =
    <b>Sources of this chat</b>
    { $rows }
source-list-empty = This chat has no sources of its own yet. { $private ->
        [yes] Send me a file — I will read it and answer from it, you alone.
       *[no] An administrator can send a file that mentions me, reply /add to a file, or turn on the live source: /live on.
    }
source-list-line = • <code>{ $name }</code> — { $date }, { $count ->
        [one] { $count } passage
       *[other] { $count } passages
    }{ $state ->
        [accepted] , still reading
        [indexed] , taking it in
       *[done] {""}
    }
source-list-live = 💬 Live source: { $state ->
        [on] on
       *[off] off
    }, messages are kept { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
source-button-documents-live = 💬 Entries of the live source ({ $count })
source-button-documents-owner = 📚 The owner's library ({ $count })
source-button-back = ← Back
source-button-close = Close
source-button-older = Older →
source-button-newer = ← Newer
source-closed = Sources are closed. /sources opens them again.
source-page =
    📄 <code>{ $name }</code>
    Added { $date }, { $count ->
        [one] { $count } passage
       *[other] { $count } passages
    }.
source-drop-question = Remove <code>{ $name }</code> from the sources? I will not be able to answer from it any more.
source-drop-yes = Yes, remove it
source-drop-no = No, keep it
source-dropped = 🗑 <code>{ $name }</code> is removed. I do not remember it any more.
source-gone-already = This source is gone already.
source-outline =
    <b>What is in</b> <code>{ $name }</code>:
    { $rows }

    Ask about any of it.
source-outline-line = • { $text }
source-outline-later = I am still reading this file. Look in a little later.
source-documents = <b>Entries</b> ({ $count }), the newest first. If one was deleted in Telegram, press it and remove it here: Telegram does not tell bots of deletions.
source-documents-empty = There is nothing here yet.
source-document =
    📄 <b>{ $title }</b>
    { $date }, { $count ->
        [one] { $count } passage
       *[other] { $count } passages
    }
source-document-link = <a href="{ $url }">Open</a>
source-button-gone = 🗑 It is gone
source-document-removed = 🗑 Removed. I will not answer from this entry any more.
source-not-yours = An administrator can do this, or whoever sent the file.

forget-table-chat_files = files sent
forget-table-documents = documents from them
forget-table-passages = passages of documents
forget-table-libraries = a library of one's own
forget-table-live_messages = messages in live sources

live-on =
    💬 <b>This chat is now a source of mine.</b> From this minute I remember messages and answer its members from them, with a link to the very message. They are kept for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }; whoever is not in the chat gets no answer from them.

    • You would rather not have yours kept? /optout — I remove them and take no new ones. Should you change your mind: /optin.
    • Deleted a message? Telegram does not tell me: reply /purge to it before, or an administrator removes the entry in /sources.
    • I keep no commands, no questions to me, and nothing that bots say.
live-on-channel =
    💬 <b>This channel is now a source of mine.</b> From this minute I remember posts and answer subscribers from them, with a link to the post. They are kept for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }. Telegram does not tell me of deletions: reply /purge to a post.
live-off = ⏸ I take no new messages. What is collected has stayed and can be asked about until its days are over.
live-off-already = The live source is off here anyway.
live-state-on = 💬 The live source is on. Messages are kept for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
live-state-off = 💬 The live source is off: I keep no messages of this chat. If you turn it on I say so here, and everybody can keep out.
live-offer = 💬 I am an administrator of the channel “{ $title }” now. Shall I answer subscribers from its new posts? I will say so in the channel.
live-days = All right, I keep messages for { $days ->
        [one] { $days } day
       *[other] { $days } days
    } now. What is older is erased.
live-deaf = Here I see commands and mentions only. Make me an administrator of the group (or switch my privacy mode off at @BotFather) and repeat /live on.
live-where = A live source is turned on in the group or channel itself: an administrator writes /live on there.
live-admins-only = Administrators turn the live source on and off.
live-admins-only-toast = The chat's administrators can do this.
live-not-announced = I cannot post in this channel, and I keep nothing without saying so. Give me the right to post and try again.
live-erased = 🗑 Erased what was collected: { $count ->
        [one] { $count } message
       *[other] { $count } messages
    }.
live-button-on = ▶️ Turn on
live-button-off = ⏸ Turn off
live-button-erase = 🗑 Erase what is collected
live-button-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
live-opted-out = All right, I keep no messages of yours in this chat any more. { $count ->
        [0] There were none.
        [one] Removed { $count } message.
       *[other] Removed { $count } messages.
    } To come back: /optin.
live-opted-in = Thank you! Your new messages help with answers again. To keep out: /optout.
live-opted-in-already = You were not keeping out. To do so: /optout.
live-consent-where = Write this in the group that you mean: each has a choice of its own.
live-purged = 🗑 Removed from the sources.
live-purge-nothing = This message is not among the sources.
live-purge-how = Reply /purge to the message that is to go from the sources.
live-purge-refused = The author of a message can remove it, or an administrator.
