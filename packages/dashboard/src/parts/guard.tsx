import { Component, type ComponentChildren } from 'preact';

interface GuardProps {
  readonly fallback: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Keeps a fault in one part of a page, such as a field that an older server does not send, from blanking the others. */
export class Guard extends Component<GuardProps, { readonly failed: boolean }> {
  override state = { failed: false };

  static override getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render({ fallback, children }: GuardProps): ComponentChildren {
    return this.state.failed ? fallback : children;
  }
}
