import { Flex } from '@strapi/design-system';
import { styled } from 'styled-components';

import type { ReactNode } from 'react';

const PlainFieldset = styled.fieldset`
  border: 0;
  margin: 0;
  padding: 0;
  min-width: 0;
`;

interface FormBodyProps {
  /** False: the form is read-only. */
  canSave: boolean;
  children: ReactNode;
}

/** Stacks the sections of a form. */
export const FormBody = ({ canSave, children }: FormBodyProps) => (
  <PlainFieldset disabled={!canSave}>
    <Flex direction="column" alignItems="stretch" gap={6}>
      {children}
    </Flex>
  </PlainFieldset>
);
