/** `npm run chaos -- --rounds N --db sqlite,postgres,mysql --seed N`. */
'use strict';

require('./register.cjs');
require('./command.ts');
