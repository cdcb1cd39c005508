/** Schedules: the list, and one of them. Loaded together. */
export { SchedulesPage } from '../schedules/SchedulesPage';
export { SchedulePage } from '../schedules/SchedulePage';
