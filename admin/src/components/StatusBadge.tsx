import { Badge } from '@strapi/design-system';
import { styled } from 'styled-components';

import type { ReactNode } from 'react';

/** The design system's variants lack contrast for small text; these pairs have enough in both themes. */
const COLOURS = {
  success: ['success100', 'success700'],
  warning: ['warning100', 'neutral800'],
  danger: ['danger100', 'danger700'],
  primary: ['primary100', 'primary700'],
  secondary: ['secondary100', 'secondary700'],
  neutral: ['neutral150', 'neutral800'],
} as const;

const Word = styled(Badge)`
  white-space: nowrap;
`;

interface StatusBadgeProps {
  variant: keyof typeof COLOURS;
  children: ReactNode;
}

/** A colored status label. */
export const StatusBadge = ({ variant, children }: StatusBadgeProps) => {
  const [backgroundColor, textColor] = COLOURS[variant];
  return (
    <Word backgroundColor={backgroundColor} textColor={textColor}>
      {children}
    </Word>
  );
};
