import { IconButton } from '@strapi/design-system';
import { ChevronDown, ChevronUp } from '@strapi/icons';

interface OpenRowButtonProps {
  label: string;
  isOpen: boolean;
  /** Id of the row below, which is there while it is open. */
  detailId: string;
  onToggle: () => void;
}

/** Opens a row below the one that it is in. */
export const OpenRowButton = ({ label, isOpen, detailId, onToggle }: OpenRowButtonProps) => (
  <IconButton
    variant="ghost"
    size="S"
    label={label}
    aria-expanded={isOpen}
    aria-controls={isOpen ? detailId : undefined}
    onClick={onToggle}
  >
    {isOpen ? <ChevronUp /> : <ChevronDown />}
  </IconButton>
);
