/**
 * Ports on which something other than a web server listens.
 *
 * Sources: Fetch's bad ports (https://fetch.spec.whatwg.org/#port-blocking), which
 * `undici.request` does not refuse; and databases, caches and control planes, which Fetch does not
 * list.
 */
const FETCH_BAD_PORTS = [
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10080,
];

const DATA_STORES = [
  1433, // SQL Server
  1521, // Oracle
  3306, // MySQL, MariaDB
  5432, // PostgreSQL
  6379, // Redis
  9042, // Cassandra
  9200, // Elasticsearch
  9300,
  11211, // memcached
  27017, // MongoDB
  27018,
  27019,
];

const CONTROL_PLANES = [
  2375, // Docker
  2376,
  2379, // etcd
  2380,
  10250, // kubelet
];

export const BAD_PORTS: ReadonlySet<number> = new Set([
  ...FETCH_BAD_PORTS,
  ...DATA_STORES,
  ...CONTROL_PLANES,
]);
