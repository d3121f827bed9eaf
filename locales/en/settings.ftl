settings-title =
    <b>Settings</b>

    Language: { $language ->
        [ru] Russian
        [en] English
       *[auto] as in Telegram
    }
    Answers: { $length ->
        [short] short
        [long] detailed
       *[normal] normal
    }
    Voice: { $voice ->
        [on] on
       *[off] off
    }
settings-language-title = <b>Which language shall I speak?</b>
settings-length-title = <b>How long do you like answers?</b>
settings-voice-title = <b>Shall I send answers as voice, too?</b>
settings-button-language = 🌐 Language
settings-button-length = 📏 Length of answers
settings-button-voice = 🔊 Voice
settings-button-back = ← Back
settings-button-close = Close
settings-language-auto = As in Telegram
settings-length-short = Short
settings-length-normal = Normal
settings-length-long = Detailed
settings-voice-on = Yes
settings-voice-off = No
settings-not-yours = These are someone else's settings. Open your own with /settings.
settings-closed = Done, your settings are saved.
settings-length-chosen = { $length ->
    [short] All right, my answers will be shorter.
    [long] All right, my answers will go into more detail.
   *[normal] All right, my answers will be as usual.
} To change it back: /settings
