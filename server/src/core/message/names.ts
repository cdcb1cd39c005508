/** Names that people give: one rule for each kind, whichever way they come in. */

/** Topics, queues and schedules: QStash's grammar, so that each can stand in a URL. */
const MAX_NAME_LENGTH = 200;

/** A path cannot end in `.` or `..`: clients drop them. */
const NAME = new RegExp(`^(?!\\.{1,2}$)[A-Za-z0-9_.-]{1,${MAX_NAME_LENGTH}}$`);

export const NAME_RULE = `must have 1 to ${MAX_NAME_LENGTH} letters, digits, dots, hyphens and underscores`;

export const isName = (text: string): boolean => NAME.test(text);

/** Any text: the width of Strapi's string columns. */
export const MAX_ENDPOINT_NAME_LENGTH = 255;
