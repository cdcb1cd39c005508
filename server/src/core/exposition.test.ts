import { exposition, Histogram } from './exposition';

it('writes counters and gauges, one line a sample', () => {
  const text = exposition([
    {
      name: 'a_total',
      help: 'Things\\ that\nhappened.',
      type: 'counter',
      samples: [{ labels: { outcome: 'responded', who: 'a "b" \\ c\nd' }, value: 3 }, { value: 0 }],
    },
  ]);
  expect(text).toBe(
    '# HELP a_total Things\\\\ that\\nhappened.\n# TYPE a_total counter\n' +
      'a_total{outcome="responded",who="a \\"b\\" \\\\ c\\nd"} 3\na_total 0\n'
  );
});

it('writes histograms as cumulative buckets', () => {
  const histogram = new Histogram([0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.observe(seconds);
  const text = exposition([
    { name: 'd_seconds', help: 'h', type: 'histogram', samples: histogram.samples() },
  ]);
  expect(text.split('\n').slice(2, -1)).toEqual([
    'd_seconds_bucket{le="0.1"} 2',
    'd_seconds_bucket{le="1"} 3',
    'd_seconds_bucket{le="+Inf"} 4',
    'd_seconds_sum 7.65',
    'd_seconds_count 4',
  ]);
});
