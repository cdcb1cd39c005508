/**
 * A broker that speaks Kafka's protocol: that of librdkafka, which keeps topics in memory. There is no Kafka among
 * Debian's packages. It knows no logins, and makes each topic that is asked for.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

import { findProgram } from '../child-server';
import type { StoredMessage } from './broker';

const TOPIC = 'articles';

export interface StoredRecord extends StoredMessage {
  key: string | null;
}

export interface KafkaBroker {
  port: number;
  topic: string;
  url: string;
  /** Everything that it has stored. */
  stored(): Promise<StoredRecord[]>;
  /** Lets it do nothing, with its connections open. */
  freeze(): void;
  thaw(): void;
  /** With all that it has stored. */
  kill(): Promise<void>;
}

export const findKafka = (): string | undefined => findProgram('kcat');

export async function startKafka(program: string): Promise<KafkaBroker> {
  const args = ['-P', '-b', 'of-its-own', '-t', TOPIC, '-X', 'test.mock.num.brokers=1'];
  const child = spawn(program, [...args, '-d', 'mock'], { stdio: ['pipe', 'ignore', 'pipe'] });
  const port = await portOf(child);

  async function stored(): Promise<StoredRecord[]> {
    const client = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING });
    const admin = client.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(TOPIC);
    await admin.disconnect();
    const expected = offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0);
    const found: StoredRecord[] = [];
    if (expected === 0) return found;
    const consumer = client.consumer({ groupId: `reader-${Math.random()}` });
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      const eachMessage = ({ message }: { message: KafkaMessage }): Promise<void> => {
        const headers = Object.entries(message.headers ?? {});
        found.push({
          key: message.key?.toString() ?? null,
          headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
          body: message.value?.toString() ?? '',
        });
        if (found.length === expected) resolve();
        return Promise.resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
    await consumer.disconnect();
    return found;
  }

  return {
    port,
    topic: TOPIC,
    url: `kafka://127.0.0.1:${port}/${TOPIC}`,
    stored,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** It says where it listens. */
function portOf({ stderr }: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = '';
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4_000);
      const port = /bootstrap\.servers=127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    stderr?.once('end', () => reject(new Error(`kcat did not start:\n${output}`)));
  });
}
