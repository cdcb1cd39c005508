/** Topics, and the events that they can have. Loaded together. */
export { TopicsPage } from '../topics/TopicsPage';
export { TopicPage } from '../topics/TopicPage';
export { EventCatalogPage } from '../event-catalog/EventCatalogPage';
