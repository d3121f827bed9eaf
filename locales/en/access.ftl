access-title =
    <b>Who may use the bot</b>

    { $mode ->
        [open] Anyone who finds it.
        [invite] Those who have an invite link, and those on the list.
       *[list] Only the people and groups on the list.
    }
    On the list: { $people ->
        [one] { $people } person
       *[other] { $people } people
    } and { $groups ->
        [one] { $groups } group
       *[other] { $groups } groups
    }.
access-refused = Access is looked after by the bot's owner and their helpers.
access-not-yours = Someone else opened this panel. Open your own with /access.
access-mode-open = Open to all
access-mode-invite = By invite link
access-mode-list = By list
access-button-invite = 🔗 New invite link
access-button-people = 👤 People
access-button-groups = 👥 Groups
access-button-admit-group = ➕ Let this group in
access-button-remove-group = ➖ Close this group
access-button-back = ← Back
access-button-close = Close
access-closed = Done.
access-invite =
    Send this link to those whom you would like to invite:
    { $link }

    The earlier link does not work any more.
access-people-title =
    <b>People on the list</b>

    Press a person to change their role. To let somebody in by number: <code>/access 123456789</code>.
access-people-none = <b>People on the list</b>

    Nobody yet. Invite people by the invite link, or let them in by their number: <code>/access 123456789</code>. They see theirs when they write to me.
access-groups-title =
    <b>Groups on the list</b>

    To let a group in, add the bot to it and send /access there. Press a group to take it off.
access-person-title =
    <b>{ $name }</b>
    { $role ->
        [owner] Owner
        [admin] Admin
       *[member] Member
    }
access-button-make-admin = ⭐ Make an admin
access-button-drop-admin = Take admin rights back
access-button-remove = 🚪 Take off the list
access-button-more = More →
