/**
 * Every Document Service action, on types with and without drafts and with one or many locales:
 * captured events equal Strapi's own webhooks in name, number and bytes.
 */
import { bootDifferential, type Differential } from '../support/differential';
import { describeEachDatabase, type BootedStrapi } from '../support/strapi';

interface TypeUnderTest {
  uid: 'api::article.article' | 'api::category.category' | 'api::page.page' | 'api::author.author';
  draftAndPublish: boolean;
  localized: boolean;
  /** A field to write. */
  field: 'title' | 'name';
}

const TYPES: TypeUnderTest[] = [
  { uid: 'api::article.article', draftAndPublish: true, localized: true, field: 'title' },
  { uid: 'api::category.category', draftAndPublish: true, localized: false, field: 'name' },
  { uid: 'api::page.page', draftAndPublish: false, localized: true, field: 'title' },
  { uid: 'api::author.author', draftAndPublish: false, localized: false, field: 'name' },
];

/** The Document Service of a type chosen at run time: TypeScript cannot know its fields. */
interface Documents {
  create(params: object): Promise<{ documentId: string }>;
  update(params: object): Promise<unknown>;
  publish(params: object): Promise<unknown>;
  unpublish(params: object): Promise<unknown>;
  discardDraft(params: object): Promise<unknown>;
  clone(params: object): Promise<unknown>;
  delete(params: object): Promise<unknown>;
}

const times = (count: number, name: string): string[] => Array<string>(count).fill(name);

describeEachDatabase('captured documents equal native webhooks', (database) => {
  let harness: BootedStrapi & Differential;
  beforeAll(async () => {
    harness = await bootDifferential(database);
  }, 120_000);
  afterAll(() => harness.close());

  describe.each(TYPES)('$uid', ({ uid, draftAndPublish, localized, field }) => {
    const documents = (): Documents => harness.strapi.documents(uid);
    const data = (text: string) => ({ [field]: text });
    const locales = localized ? ['en', 'fr', 'de'] : [undefined];
    const inAll = localized ? { locale: '*' } : {};

    /** In every locale; with drafts also published in all, or in none. */
    async function document(options: { published?: boolean } = {}): Promise<string> {
      const publish = draftAndPublish && options.published === true;
      let documentId = '';
      await harness.prepared(locales.length * (publish ? 2 : 1), async () => {
        ({ documentId } = await documents().create({ data: data('first'), locale: locales[0] }));
        for (const locale of locales.slice(1)) {
          await documents().update({ documentId, locale, data: data(`first ${locale}`) });
        }
        if (publish) await documents().publish({ documentId, ...inAll });
      });
      return documentId;
    }

    it('create', async () => {
      const [event] = await harness.compare(['entry.create'], () =>
        documents().create({ data: data('new') })
      );
      expect(event).toMatchObject({ uid, source: 'content', actor: { kind: 'none' } });
      expect(event?.entryLocale).toBe(localized ? 'en' : null);
    });

    it('create, with selected fields', () =>
      harness.compare(['entry.create'], () =>
        documents().create({ data: data('new'), fields: [field], locale: locales.at(-1) })
      ));

    it('update', async () => {
      const documentId = await document({ published: true });
      const [event] = await harness.compare(['entry.update'], () =>
        documents().update({ documentId, data: data('changed') })
      );
      expect(event?.entryDocumentId).toBe(documentId);
    });

    it('update, with selected fields', async () => {
      const documentId = await document();
      await harness.compare(['entry.update'], () =>
        documents().update({ documentId, data: data('changed'), fields: [field] })
      );
    });

    it('update of a document that does not exist', () =>
      harness.compare([], () =>
        documents().update({ documentId: 'no-such-document', data: data('x') })
      ));

    it('clone', async () => {
      const documentId = await document({ published: true });
      await harness.compare(times(locales.length, 'entry.create'), () =>
        documents().clone({ documentId, ...inAll, data: data('copy') })
      );
    });

    it('delete', async () => {
      const documentId = await document({ published: true });
      const rows = locales.length * (draftAndPublish ? 2 : 1);
      await harness.compare(times(rows, 'entry.delete'), () =>
        documents().delete({ documentId, ...inAll })
      );
    });

    it('delete, with selected fields', async () => {
      const documentId = await document();
      await harness.compare(['entry.delete'], () =>
        documents().delete({ documentId, fields: [field] })
      );
    });

    if (localized) {
      it('update of a locale that does not exist yet', async () => {
        let documentId = '';
        await harness.prepared(1, async () => {
          ({ documentId } = await documents().create({ data: data('new') }));
        });
        const [event] = await harness.compare(['entry.create'], () =>
          documents().update({ documentId, locale: 'fr', data: data('nouveau'), fields: [field] })
        );
        expect(event?.entryLocale).toBe('fr');
      });

      it('delete of one locale', async () => {
        const documentId = await document({ published: true });
        await harness.compare(times(draftAndPublish ? 2 : 1, 'entry.delete'), () =>
          documents().delete({ documentId, locale: 'de' })
        );
      });
    }

    if (!draftAndPublish) return;

    it('create, published at once', () =>
      harness.compare(['entry.create', 'entry.publish'], () =>
        documents().create({ data: data('new'), status: 'published' })
      ));

    it('create, published at once, with selected fields', () =>
      harness.compare(['entry.create', 'entry.publish'], () =>
        documents().create({
          data: data('new'),
          status: 'published',
          fields: [field],
          locale: locales.at(-1),
        })
      ));

    it('update, published at once', async () => {
      const documentId = await document({ published: true });
      await harness.compare(['entry.update', 'entry.publish'], () =>
        documents().update({ documentId, data: data('changed'), status: 'published' })
      );
    });

    it('publish, for the first time and again', async () => {
      const documentId = await document();
      await harness.compare(['entry.publish'], () => documents().publish({ documentId }));
      await harness.compare(['entry.publish'], () => documents().publish({ documentId }));
    });

    it('unpublish', async () => {
      const documentId = await document({ published: true });
      await harness.compare(['entry.unpublish'], () => documents().unpublish({ documentId }));
      await harness.compare([], () => documents().unpublish({ documentId }));
    });

    it('discard the draft', async () => {
      const documentId = await document({ published: true });
      await harness.compare(['entry.draft-discard'], () =>
        documents().discardDraft({ documentId })
      );
    });

    if (!localized) return;

    it('update of a locale that does not exist yet, published at once', async () => {
      let documentId = '';
      await harness.prepared(2, async () => {
        ({ documentId } = await documents().create({ data: data('new'), status: 'published' }));
      });
      await harness.compare(['entry.create', 'entry.publish'], () =>
        documents().update({ documentId, locale: 'fr', data: data('n'), status: 'published' })
      );
    });

    it.each([
      ['publish', 'entry.publish', '*', 3],
      ['publish', 'entry.publish', ['en', 'fr'], 2],
      ['unpublish', 'entry.unpublish', '*', 3],
      ['unpublish', 'entry.unpublish', ['fr', 'de'], 2],
      ['discardDraft', 'entry.draft-discard', '*', 3],
    ] as const)('%s → %s in locales %j', async (action, name, locale, count) => {
      const documentId = await document({ published: true });
      await harness.compare(times(count, name), () => documents()[action]({ documentId, locale }));
    });
  });
});
