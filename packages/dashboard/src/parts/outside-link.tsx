import type { ComponentChildren } from 'preact';

/** A link to an explorer. The configuration allows https alone; so does this, whatever the server sends. */
function OutsideLink({
  href,
  children,
}: {
  readonly href: string | null;
  readonly children: ComponentChildren;
}) {
  if (href === null || !href.startsWith('https://')) return <>{children}</>;
  return (
    <a href={href} rel="noopener noreferrer" target="_blank">
      {children}
    </a>
  );
}

/** A hash or an address, shortened in the middle for the eye. It is copied whole. */
export function Hash({ text, href }: { readonly text: string; readonly href: string | null }) {
  const short = text.length > 20 ? `${text.slice(0, 8)}…${text.slice(-6)}` : text;
  return (
    <OutsideLink href={href}>
      <code title={text}>{short}</code>
    </OutsideLink>
  );
}
