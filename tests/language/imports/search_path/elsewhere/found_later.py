value = 'a module'
