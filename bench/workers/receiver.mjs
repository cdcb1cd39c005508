/**
 * The receiver everybody is measured against: answers 200 with two bytes at once, and counts. What
 * is posted to `/dead` is never answered.
 */
import http from 'node:http';

import { serve } from '../lib/rpc.mjs';

const now = () => performance.timeOrigin + performance.now();

let count = 0;
let goal = Infinity;
let reached = () => undefined;
let arrivals = [];
let idsSeen = new Map();
let remembers = false;
/** Requests to each path under `/e/`, for telling endpoints apart. */
let byPath = new Map();

const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const at = now();
  if (remembers) {
    arrivals.push(at);
    const id = request.headers['webhook-id'];
    if (id !== undefined) idsSeen.set(id, (idsSeen.get(id) ?? 0) + 1);
    byPath.set(request.url, (byPath.get(request.url) ?? 0) + 1);
  }
  request.resume();
  if (request.url === '/dead') return;
  request.on('end', () => {
    response.end('ok');
    count += 1;
    if (count === goal) reached(now());
  });
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));

serve({
  url: () => `http://127.0.0.1:${server.address().port}`,
  reset(options = {}) {
    count = 0;
    goal = Infinity;
    arrivals = [];
    idsSeen = new Map();
    byPath = new Map();
    remembers = options.remember === true;
  },
  /** @returns when the `wanted`-th request since the reset had been answered, epoch ms. */
  until: (wanted) =>
    new Promise((resolve) => {
      if (count >= wanted) resolve(now());
      goal = wanted;
      reached = resolve;
    }),
  count: () => count,
  arrivals: () => arrivals,
  duplicates: () => [...idsSeen.values()].filter((times) => times > 1).length,
  counts: () => Object.fromEntries(byPath),
});
