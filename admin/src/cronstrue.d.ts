/** The locales of cronstrue add themselves to it, and have no types of their own. */
declare module 'cronstrue/locales/*';
