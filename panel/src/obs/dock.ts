import { mount } from 'svelte';
import '../style/theme.css';
import '../style/bars.css';
import ObsDock from './ObsDock.svelte';

const target = document.getElementById('dock');
if (target === null) throw new Error('The page has no #dock');
mount(ObsDock, { target });
