// Words of the workshop: what bots call, what they are sent, and how to make their life hard.

export const DEVELOPER = {
  en: {
  },
  ru: {
  },
};
