import { Link } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { NavLink } from 'react-router-dom';

import { useGetWebhooksCatalogQuery } from '../../services/overview';
import { t } from '../../utils/translation';
import { Copyable } from '../../components/Copyable';
import { Facts } from '../../components/Facts';
import { Instant } from '../../components/Instant';
import { SectionCard } from '../../components/SectionCard';

import type { EventView } from '../../../../server/src/panel/contract';

/** Link to the entry in the Content Manager, in the locale of the change. */
const entryPath = (uid: string, documentId: string, options: EntryOptions): string => {
  const locale =
    options.locale === null ? '' : `?plugins[i18n][locale]=${encodeURIComponent(options.locale)}`;
  return options.isSingle
    ? `/content-manager/single-types/${uid}${locale}`
    : `/content-manager/collection-types/${uid}/${documentId}${locale}`;
};

interface EntryOptions {
  locale: string | null;
  isSingle: boolean;
}

const Entry = ({ cause, canReadCatalog }: { cause: EventView; canReadCatalog: boolean }) => {
  const { uid, entryDocumentId, entryLocale, entryTitle } = cause;
  const { data: catalog } = useGetWebhooksCatalogQuery(undefined, { skip: !canReadCatalog });
  if (uid === null || entryDocumentId === null) return <>{uid ?? '–'}</>;

  const type = catalog?.contentTypes.find((one) => one.uid === uid);
  const what = entryTitle ?? `${type?.displayName ?? uid} ${entryDocumentId}`;
  const name = `${what}${entryLocale === null ? '' : ` (${entryLocale})`}`;
  if (type?.hidden) return <>{name}</>;
  const isSingle = type?.kind === 'singleType';
  const path = entryPath(uid, entryDocumentId, { locale: entryLocale, isSingle });
  return (
    <Link tag={NavLink} to={path}>
      {name}
    </Link>
  );
};

interface CauseCardProps {
  cause: EventView;
  canReadCatalog: boolean;
}

/** Event behind a message: what happened, to which entry, by whom. */
export const CauseCard = ({ cause, canReadCatalog }: CauseCardProps) => {
  const { formatMessage } = useIntl();
  const { actor } = cause;
  const who = formatMessage(t(`actor.${actor.kind}`), { label: actor.label ?? '' });

  const id = (key: 'cause.document' | 'cause.id', text: string) => {
    const label = formatMessage(t(key));
    return { label, value: <Copyable text={text} label={label} /> };
  };

  return (
    <SectionCard title={formatMessage(t('cause.title'))}>
      <Facts
        facts={[
          { label: formatMessage(t('cause.event')), value: cause.name },
          {
            label: formatMessage(t('cause.entry')),
            value: <Entry cause={cause} canReadCatalog={canReadCatalog} />,
          },
          ...(cause.entryDocumentId === null ? [] : [id('cause.document', cause.entryDocumentId)]),
          { label: formatMessage(t('cause.actor')), value: who },
          {
            label: formatMessage(t('cause.source')),
            value: formatMessage(t(`source.${cause.source}`)),
          },
          {
            label: formatMessage(t('cause.when')),
            value: <Instant at={cause.createdAt} />,
          },
          id('cause.id', String(cause.id)),
        ]}
      />
    </SectionCard>
  );
};
