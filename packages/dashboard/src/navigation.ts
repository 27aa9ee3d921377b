import { useEffect, useState } from 'preact/hooks';
import { addressOf, type View, viewOf } from './route.ts';

const MOVED = 'adit-moved';

/** The view at the address of the window, as long as the caller is shown. */
export function useView(): View {
  const [view, setView] = useState(here);
  useEffect(() => {
    const read = () => setView(here());
    window.addEventListener('popstate', read);
    window.addEventListener(MOVED, read);
    return () => {
      window.removeEventListener('popstate', read);
      window.removeEventListener(MOVED, read);
    };
  }, []);
  return view;
}

function here(): View {
  return viewOf(window.location.pathname, window.location.search);
}

/** Shows another view without loading the document anew, and puts the focus on its heading. */
export function go(view: View): void {
  window.history.pushState(null, '', addressOf(view));
  window.dispatchEvent(new Event(MOVED));
  window.scrollTo(0, 0);
  requestAnimationFrame(() => document.querySelector('h1')?.focus({ preventScroll: true }));
}

/** Properties of a link to a view: a plain link for the browser, so that it can be opened in a tab of its own. */
export function linkTo(view: View): { readonly href: string; readonly onClick: (event: MouseEvent) => void } {
  return {
    href: addressOf(view),
    onClick(event) {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(view);
    },
  };
}
