import bootstrap from './app/bootstrap';
import config from './config';
import controllers from './app/controllers';
import destroy from './app/destroy';
import register from './app/register';
import routes from './app/routes';
import services from './app/services';

export default {
  register,
  bootstrap,
  destroy,
  config,
  controllers,
  routes,
  services,
};
