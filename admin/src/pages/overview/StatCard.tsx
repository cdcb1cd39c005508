import { Box, Typography } from '@strapi/design-system';
import { Link } from 'react-router-dom';
import { styled } from 'styled-components';

interface StatCardProps {
  label: string;
  value: string;
  hint: string;
  /** Link to the counted messages. */
  to: string;
  isAlarming?: boolean;
}

const CardLink = styled(Link)`
  text-decoration: none;
  display: block;
  height: 100%;
  border-radius: ${({ theme }) => theme.borderRadius};
`;

/** One number of the overview, with a link to what it counts. */
export const StatCard = ({ label, value, hint, to, isAlarming = false }: StatCardProps) => (
  <CardLink to={to}>
    <Box
      background="neutral0"
      hasRadius
      shadow="filterShadow"
      padding={5}
      height="100%"
      borderColor={isAlarming ? 'danger200' : 'neutral0'}
    >
      <Typography tag="p" variant="sigma" textColor="neutral600">
        {label}
      </Typography>
      <Typography tag="p" variant="alpha" textColor={isAlarming ? 'danger600' : 'neutral800'}>
        {value}
      </Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {hint}
      </Typography>
    </Box>
  </CardLink>
);
