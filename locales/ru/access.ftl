access-title =
    <b>Кто может пользоваться ботом</b>

    { $mode ->
        [open] Любой, кто его найдёт.
        [invite] Те, у кого есть ссылка-приглашение, и те, кто уже в списке.
       *[list] Только люди и группы из списка.
    }
    В списке { $people ->
        [one] { $people } человек
        [few] { $people } человека
       *[many] { $people } человек
    } и { $groups ->
        [one] { $groups } группа
        [few] { $groups } группы
       *[many] { $groups } групп
    }.
access-refused = Доступом управляют владелец бота и его помощники.
access-not-yours = Эту панель открыл другой человек. Своя открывается командой /access.
access-mode-open = Открыт всем
access-mode-invite = По ссылке
access-mode-list = По списку
access-button-invite = 🔗 Новая ссылка-приглашение
access-button-people = 👤 Люди
access-button-groups = 👥 Группы
access-button-admit-group = ➕ Впустить эту группу
access-button-remove-group = ➖ Закрыть эту группу
access-button-back = ← Назад
access-button-close = Закрыть
access-closed = Готово.
access-invite =
    Пришлите эту ссылку тем, кого хотите позвать:
    { $link }

    Прежняя ссылка больше не действует.
access-people-title =
    <b>Люди в списке</b>

    Нажмите на человека, чтобы изменить его роль. Впустить по номеру: <code>/access 123456789</code>.
access-people-none = <b>Люди в списке</b>

    Пока никого. Позовите людей по ссылке-приглашению или впустите по номеру: <code>/access 123456789</code>. Свой номер человек увидит, когда напишет мне.
access-groups-title =
    <b>Группы в списке</b>

    Чтобы впустить группу, добавьте в неё бота и отправьте там /access. Нажмите на группу, чтобы убрать её.
access-person-title =
    <b>{ $name }</b>
    { $role ->
        [owner] Владелец
        [admin] Администратор
       *[member] Участник
    }
access-button-make-admin = ⭐ Сделать администратором
access-button-drop-admin = Снять с администраторов
access-button-remove = 🚪 Убрать из списка
access-button-more = Ещё →
