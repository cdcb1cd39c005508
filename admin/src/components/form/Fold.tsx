import { useForm } from '@strapi/strapi/admin';
import { useEffect, useMemo, useState, type ReactNode } from 'react';

import { FoldContext } from '../foldContext';

interface FoldProps {
  /** One line about the values inside. */
  summary: string;
  /** Fields inside. An error at one of them opens the section. */
  fields: readonly string[];
  /** A section card. */
  children: ReactNode;
}

/** A section of a form that is folded at first. Its fields stay mounted. */
export const Fold = ({ summary, fields, children }: FoldProps) => {
  const [isOpen, setIsOpen] = useState(false);
  const hasError = useForm('Fold', ({ errors }) => fields.some((field) => field in errors));
  useEffect(() => {
    if (hasError) setIsOpen(true);
  }, [hasError]);
  const folding = useMemo(
    () => ({ summary, isOpen, toggle: () => setIsOpen((now) => !now) }),
    [summary, isOpen]
  );
  return <FoldContext.Provider value={folding}>{children}</FoldContext.Provider>;
};
