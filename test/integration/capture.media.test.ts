/** Media events equal Strapi's own webhooks, and are written in the transaction of the file's row. */
import { bootWithCapture, type CaptureHarness } from '../support/capture-harness';
import { describeEachDatabase } from '../support/strapi';

/** A PNG of one white pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg==',
  'base64'
);
const FILE_UID = 'plugin::upload.file';

interface File {
  id: number;
  hash: string;
}

const times = (count: number, name: string): string[] => Array<string>(count).fill(name);

function form(field: 'files', contents: (string | Buffer)[]): FormData {
  const data = new FormData();
  contents.forEach((content, index) => {
    const isText = typeof content === 'string';
    const type = isText ? 'text/plain' : 'image/png';
    const name = `file-${index}.${isText ? 'txt' : 'png'}`;
    data.append(field, new Blob([isText ? content : new Uint8Array(content)], { type }), name);
  });
  return data;
}

describeEachDatabase('captured media equal native webhooks', (database) => {
  let harness: CaptureHarness;
  beforeAll(async () => {
    harness = await bootWithCapture(database);
  }, 120_000);
  afterAll(() => harness.close());
  afterEach(() => {
    harness.failInserts(false);
    harness.wanted = ['*'];
  });

  const upload = (...contents: (string | Buffer)[]): Promise<File[]> =>
    harness.http.ok(harness.http.api<File[]>('POST', '/api/upload', form('files', contents)));

  async function uploaded(content: string | Buffer = 'text'): Promise<File> {
    const [file] = await upload(content);
    if (file === undefined) throw new Error('nothing was uploaded');
    await harness.recorded();
    await harness.native.take(1);
    return file;
  }

  const fileCount = (): Promise<number> => harness.strapi.db.query(FILE_UID).count();

  it('uploads one text, and an image among several files', async () => {
    const [event] = await harness.compare(['media.create'], () => upload('text'));
    expect(event).toMatchObject({ uid: FILE_UID, source: 'media', actor: { kind: 'api-token' } });
    await harness.compare(times(3, 'media.create'), () => upload('a', PIXEL, 'b'));
  });

  it('uploads from the panel', () =>
    harness.compare(['media.create'], () =>
      harness.http.ok(harness.http.admin('POST', '/upload', form('files', [PIXEL])))
    ));

  it('edits a caption', async () => {
    const { id } = await uploaded();
    const info = new FormData();
    info.append('fileInfo', JSON.stringify({ caption: 'new', alternativeText: 'alt' }));
    await harness.compare(['media.update'], () =>
      harness.http.ok(harness.http.admin('POST', `/upload?id=${id}`, info))
    );
  });

  it('replaces the bytes', async () => {
    const { id } = await uploaded(PIXEL);
    await harness.compare(['media.update'], () =>
      harness.http.ok(harness.http.admin('POST', `/upload?id=${id}`, form('files', ['now a text'])))
    );
  });

  it('deletes one, and several at once', async () => {
    const file = await uploaded();
    await harness.compare(['media.delete'], () =>
      harness.http.ok(harness.http.admin('DELETE', `/upload/files/${file.id}`))
    );
    const fileIds = [(await uploaded()).id, (await uploaded(PIXEL)).id];
    await harness.compare(times(2, 'media.delete'), () =>
      harness.http.ok(harness.http.admin('POST', '/upload/actions/bulk-delete', { fileIds }))
    );
  });

  it('ignores rows that are written by other means', () =>
    harness.compare([], async () => {
      const files = harness.strapi.db.query(FILE_UID);
      const data = { name: 'bare', hash: 'h', mime: 'a/b', size: 1, url: '/x', provider: 'local' };
      const { id } = (await files.create({ data })) as File;
      await files.update({ where: { id }, data: { name: 'renamed' } });
      await files.delete({ where: { id } });
    }));

  it('has no event for what a lifecycle hook writes', async () => {
    const files = harness.strapi.db.query(FILE_UID);
    const stop = harness.strapi.db.lifecycles.subscribe({
      models: [FILE_UID],
      async afterCreate({ result }) {
        const { id } = result as File;
        await files.update({ where: { id }, data: { caption: 'by a hook' } });
      },
    });
    try {
      await harness.compare(['media.create'], () => upload('hooked'));
    } finally {
      stop();
    }
  });

  it('keeps no row whose event could not be written', async () => {
    const before = await fileCount();
    harness.failInserts(true);
    expect((await harness.http.api('POST', '/api/upload', form('files', ['lost']))).status).toBe(
      500
    );
    expect(await fileCount()).toBe(before);
    expect(await harness.recorded()).toEqual([]);
  });

  it('keeps the row of a file whose deletion could not be announced', async () => {
    const { id } = await uploaded();
    harness.failInserts(true);
    const removed = await harness.http.admin('DELETE', `/upload/files/${id}`);
    expect(removed.status).toBe(500);
    expect(await harness.strapi.db.query(FILE_UID).findOne({ where: { id } })).not.toBeNull();
    // Strapi announces it all the same, before it deletes the row.
    await harness.native.take(1);
  });

  it('never calls the provider inside a transaction', async () => {
    const seen: boolean[] = [];
    const provider = harness.strapi.plugin('upload').provider as {
      uploadStream(file: object): Promise<void>;
      delete(file: object): Promise<void>;
    };
    const { uploadStream, delete: remove } = provider;
    provider.uploadStream = (file) => {
      seen.push(harness.strapi.db.inTransaction());
      return uploadStream(file);
    };
    provider.delete = (file) => {
      seen.push(harness.strapi.db.inTransaction());
      return remove(file);
    };
    try {
      const { id } = await uploaded();
      await harness.compare(['media.delete'], () =>
        harness.http.ok(harness.http.admin('DELETE', `/upload/files/${id}`))
      );
    } finally {
      Object.assign(provider, { uploadStream, delete: remove });
    }
    expect(seen).toEqual([false, false]);
  });

  it('opens no transaction without a subscriber', async () => {
    harness.wanted = ['entry.*', 'media.delete'];
    const transaction = jest.spyOn(harness.strapi.db, 'transaction');
    const before = transaction.mock.calls.length;
    await upload('unwanted');
    const opened = transaction.mock.calls.length - before;
    transaction.mockRestore();
    expect(await harness.recorded()).toEqual([]);
    await harness.native.take(1);
    // The row's relations are attached in one of Strapi's own.
    expect(opened).toBeLessThanOrEqual(1);
  });
});
