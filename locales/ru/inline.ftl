inline-answer = Ответ
inline-type = Спросите о чём-нибудь
inline-stranger = Здесь отвечаю не всем
inline-nothing = В источниках ответа нет
inline-in-private = Спросить подробнее в личном чате
