/** Settings as code: the file that DEMO_SETTINGS names, from the repository's folder. */
const path = require('node:path');

module.exports = (context) => {
  const file = process.env.DEMO_SETTINGS;
  return file ? require(path.resolve(__dirname, '../..', file))(context) : {};
};
