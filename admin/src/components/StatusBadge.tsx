import { Badge } from '@strapi/design-system';
import { css, styled } from 'styled-components';

import type { ReactNode } from 'react';

/** The design system's variants lack contrast for small text; these pairs have enough in both themes. */
const COLOURS = {
  success: ['success100', 'success700'],
  warning: ['warning100', 'warning700'],
  danger: ['danger100', 'danger700'],
  primary: ['primary100', 'primary700'],
  secondary: ['secondary100', 'secondary700'],
  neutral: ['neutral150', 'neutral800'],
} as const;

const Word = styled(Badge)<{ $isWarning: boolean }>`
  white-space: nowrap;

  ${({ theme, $isWarning }) =>
    $isWarning &&
    css`
      span {
        color: color-mix(in srgb, ${theme.colors.warning600} 55%, ${theme.colors.neutral800});
      }
    `}
`;

interface StatusBadgeProps {
  variant: keyof typeof COLOURS;
  children: ReactNode;
}

/** A colored status label. */
export const StatusBadge = ({ variant, children }: StatusBadgeProps) => {
  const [backgroundColor, textColor] = COLOURS[variant];
  return (
    <Word
      $isWarning={variant === 'warning'}
      backgroundColor={backgroundColor}
      textColor={textColor}
    >
      {children}
    </Word>
  );
};
