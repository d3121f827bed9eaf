privacy-text =
    <b>What I keep</b>
    • Your settings and role — until you ask me to forget.
    • Questions and ratings of answers — for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }, so that the buttons below answers work.
    • The course of a conversation — until you are silent for { $dialogue_days ->
        [one] { $dialogue_days } day
       *[other] { $dialogue_days } days
    }, so that I understand “and without cabbage?”.

    I keep no name, phone number or photo. The logs hold no message texts. Everything stays with the bot's owner and goes nowhere else, unless they have connected an outside model.

    /mydata — get it all in one file
    /forget — erase it all for good
mydata-caption = This is everything I keep about you. /forget erases it.
mydata-empty = I keep nothing about you.
forget-question =
    <b>Erase everything I know about you?</b>

    Questions, ratings, conversations and settings will go, and cannot be brought back. { $role ->
        [owner] You stay the owner: without one, nobody could look after the bot.
        [admin] You stay an admin until the owner decides otherwise.
        [member] Your invitation goes as well: if the bot is closed, you will need a new one.
       *[guest] You can go on asking afterwards.
    }
forget-yes = Yes, erase
forget-no = No, keep it
forget-kept = All right, nothing is touched.
forget-receipt =
    Done, it is all gone.

    { $rows }

    { $total ->
        [one] { $total } record
       *[other] { $total } records
    } in all.
forget-receipt-empty = Done: I had nothing about you anyway.
forget-table-requests = questions
forget-table-feedback = ratings
forget-table-people = settings
forget-table-dialogues = conversations
forget-table-dead_letters = stuck messages
forget-table-forms = unfinished forms
forget-table-library_people = places in lists of readers
forget-table-other = { $table }
forget-unfinished = Not everything could be erased right now: a part of me is out of reach. Send /forget again in a minute and it will finish.
reset-done = A fresh start. What shall we talk about?
reset-empty = We had not even started. Ask away!
cancel-done = { $count ->
    [one] Stopped.
   *[other] Stopped all ({ $count }).
 }
cancel-nothing = There is nothing to stop: I am not working on anything for you.
