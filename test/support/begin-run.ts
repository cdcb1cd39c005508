import { beginRun } from './started-databases';

export default beginRun;
