/** The log: messages, one message, and the dead-letter queue. Loaded together. */
export { MessagesPage } from '../messages/MessagesPage';
export { MessagePage } from '../messages/MessagePage';
export { DeadLettersPage } from '../dead-letters/DeadLettersPage';
