// Words inside an open conversation.

export const CONVERSATION = {
  en: {},
  ru: {},
};
