import { styled } from 'styled-components';

/** Messages below a row of a table. Not a table: the rules for its cells would apply. */
export const MessageLines = styled.ul`
  display: grid;
  gap: ${({ theme }) => theme.spaces[2]};
  padding-left: ${({ theme }) => theme.spaces[4]};
  border-left: 2px solid ${({ theme }) => theme.colors.neutral200};
`;

export const MessageLine = styled.li`
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr));
  gap: ${({ theme }) => `${theme.spaces[1]} ${theme.spaces[4]}`};
  align-items: center;
  overflow-wrap: anywhere;
`;
