memory-title = { $count ->
    [one] <b>What you have told me about yourself</b> — { $count } note
   *[other] <b>What you have told me about yourself</b> — { $count } notes
 }
memory-empty =
    <b>I remember nothing about you yet</b>

    Say, for example: “remember that I live in Kazan”.
memory-is-off = Memory is switched off: I remember nothing new and consider nothing in answers.
memory-one =
    <b>{ $text }</b>

    { $origin ->
        [asked] You asked me to remember this
       *[noticed] You said this about yourself
    } on { $date }.
memory-from-group = (in a group)
memory-button-edit = ✏️ Change
memory-button-delete = 🗑 Forget this
memory-button-back = ‹ Back
memory-button-all = 🗑 Forget all of these
memory-button-sure = Yes, forget
memory-button-on = Switch memory on
memory-button-off = Switch memory off
memory-button-gon = Switch memory on in this group
memory-button-goff = Switch memory off in this group
memory-button-close = Close
memory-button-undo = Don't remember
memory-button-yes = Remember
memory-button-no = No need
memory-button-plain = Leave it out
memory-toast-plain = Answering again without it
memory-all-question = { $count ->
    [one] Forget { $count } note? It cannot be brought back.
   *[other] Forget { $count } notes? They cannot be brought back.
 }
memory-ask = Shall I remember this for my answers? “{ $text }”
memory-kept = 💾 Remembered: “{ $text }”. It is all in /memory.
memory-replaced = 💾 Now I remember it so: “{ $text }”. Before: “{ $before }”.
memory-known = I remember that already: “{ $text }”.
memory-secret = I do not remember passwords, card or document numbers: they do not belong in a chat. Please delete the message itself, too.
memory-too-long = That is too long: I remember up to 300 characters. Please say it shorter.
memory-full = I cannot remember more: there are a hundred notes already. Delete some in /memory.
memory-off = Memory is switched off here. In a private chat you switch it on in /memory; in a group an admin does, by the same command.
memory-gone = That note is gone already.
memory-undone = All right, I do not remember it.
memory-not-kept = All right, I will not remember it.
memory-say-again = I cannot see your message. Say it once more: “remember that …”.
memory-remember-what = What shall I remember? For example: /remember I live in Kazan
memory-forgotten = Forgotten: “{ $text }”.
memory-forget-what = I did not remember that. All that I do is in /memory.
memory-edit = Reply to this message with the words to put in place of “{ $text }”.
memory-closed = Closed. /memory opens it again.
memory-group =
    <b>Memory in this group is { $state ->
        [on] on
       *[off] off
    }</b>

    { $state ->
        [on] What a member tells me about themselves I consider in answers to them, and only here. Everybody sees and deletes their own notes in a private chat: /memory.
       *[off] I remember nothing about people here, and leave their private notes out of the group. An admin can switch it on.
    }
memory-admins-only = The group's admins decide that.
memory-not-yours = This is somebody else's memory. Yours opens with /memory.
memory-considered = I considered what you told me: { $memories }
memory-you-said = You told me:
