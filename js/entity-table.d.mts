export function entityTable(): string;
