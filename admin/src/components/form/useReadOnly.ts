import { useForm } from '@strapi/strapi/admin';

/** Whether the fields of the form may not be changed. Each of them says so by itself. */
export const useReadOnly = (): boolean => useForm('ReadOnly', (form) => form.disabled);
