import { useEffect } from 'react';

import { useAddressPart } from './useAddressPart';

/** Goes to the field of a form that the address names, `?field=url`, once. */
export const useLinkedField = (): void => {
  const [field, setField] = useAddressPart('field');
  useEffect(() => {
    if (field === null) return;
    const input = document.getElementById(field);
    input?.scrollIntoView({ block: 'center' });
    input?.focus({ preventScroll: true });
    setField(null);
  }, [field, setField]);
};
