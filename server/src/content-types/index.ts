import attempt from './attempt';
import endpoint from './endpoint';
import event from './event';
import message from './message';
import topic from './topic';

export default { topic, endpoint, event, message, attempt };
