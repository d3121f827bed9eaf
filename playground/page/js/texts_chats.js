// Words around conversations: people, lists of chats, what a chat is and who may do what in it.

export const CHATS = {
  en: {
    theme: "Colours", theme_auto: "as the system has them", theme_light: "light", theme_dark: "dark",
  },
  ru: {
    theme: "Цвета", theme_auto: "как в системе", theme_light: "светлые", theme_dark: "тёмные",
  },
};
