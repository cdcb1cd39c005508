import { endRun } from './started-databases';

export default endRun;
