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
    • What you asked me to remember or said about yourself (“I live in Kazan”) — as long as it is of use at least once in { $memory_days ->
        [one] { $memory_days } day
       *[other] { $memory_days } days
    }. I tell you about every such note at once, and ask first about health and food; you see and delete them all in /memory, and switch memory off there. In groups it is off until an admin switches it on, and your private notes stay in the private chat. I do not remember passwords or card numbers.

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
forget-table-memories = memories about you
forget-table-memory_switches = whether to remember
forget-table-sanctions = expired sanctions
forget-table-other = { $table }
forget-unfinished = Not everything could be erased right now: a part of me is out of reach. Send /forget again in a minute and it will finish.
forget-stays = { $count ->
    [one] { $count } active sanction stays: no name and no text, but a hash with its reason and term.
   *[other] { $count } active sanctions stay: no names and no texts, but hashes with their reasons and terms.
 }
forget-backups = Should the owner restore an old copy of the database, I will forget you in it again: for that a hash of your number stays, which tells nobody who you are without its key.
reset-done = A fresh start. What shall we talk about?
reset-empty = We had not even started. Ask away!
cancel-done = { $count ->
    [one] Stopped.
   *[other] Stopped all ({ $count }).
 }
cancel-nothing = There is nothing to stop: I am not working on anything for you.
